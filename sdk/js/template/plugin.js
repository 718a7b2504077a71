// {{name}}. What each function gets and returns stands in hospes.d.ts, which editors read.

import * as hospes from 'hospes';

{{abilities}}
