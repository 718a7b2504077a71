// {{name}}. What each function gets and returns stands in hospes.d.ts, which editors read.

/// <reference path="./hospes.d.ts" />

import * as hospes from 'hospes';

{{abilities}}
