#include "hospes_sdk.h"

{{abilities}}
