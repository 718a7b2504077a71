/// Offers one tool, which counts words.
export fn exports_hospes_tools_call(
    _: *hospes.hospes_string_t,
    arguments: *hospes.hospes_string_t,
    ret: *hospes.hospes_string_t,
    err: *hospes.hospes_types_error_t,
) bool {
    const Input = struct { text: []const u8 };
    const options: std.json.ParseOptions = .{ .ignore_unknown_fields = true };
    const input = std.json.parseFromSliceLeaky(Input, memory, slice(arguments.*), options) catch |problem|
        return fail(err, "invalid", @errorName(problem));
    var words = std.mem.tokenizeAny(u8, input.text, " \t\r\n");
    var count: u32 = 0;
    while (words.next()) |_| count += 1;
    ret.* = text(std.fmt.allocPrint(memory, "{{\"words\":{d}}}", .{count}) catch @trap());
    return true;
}
