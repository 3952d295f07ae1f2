"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.ProfilerError = void 0;
/** An error of the profiler. Bad arguments are `TypeError` or `RangeError`
 * instead, and have a `code` too. */
class ProfilerError extends Error {
    name = 'ProfilerError';
    code;
    constructor(code, message, options) {
        super(message, options);
        this.code = code;
    }
}
exports.ProfilerError = ProfilerError;
