//! The contract is the module `hospes`, as it is in C: target/zig/hospes.zig, after the first build. A plugin lives for one
//! call, so nothing is given back.

const std = @import("std");
const hospes = @import("hospes");
const memory = std.heap.c_allocator;

{{abilities}}

/// So many items of a list; what isn't set is zero.
fn list(comptime T: type, count: usize) []T {
    const items = memory.alloc(T, count) catch @trap();
    @memset(std.mem.sliceAsBytes(items), 0);
    return items;
}

/// A text of the contract.
fn text(bytes: []const u8) hospes.hospes_string_t {
    return .{ .ptr = @constCast(bytes.ptr), .len = bytes.len };
}

/// The bytes of a text or a list of bytes.
fn slice(of: anytype) []u8 {
    return if (of.len == 0) &.{} else of.ptr[0..of.len];
}

/// Fails a call.
fn fail(err: *hospes.hospes_types_error_t, code: []const u8, message: []const u8) bool {
    err.* = std.mem.zeroes(hospes.hospes_types_error_t);
    err.code = text(code);
    err.message = text(message);
    return false;
}
