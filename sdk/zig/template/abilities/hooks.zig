/// Notes in the log which tickets were resolved.
export fn exports_hospes_hooks_on_event(
    event: *hospes.exports_hospes_hooks_event_t,
    _: *hospes.hospes_types_error_t,
) bool {
    var line = text(std.fmt.allocPrint(memory, "{s}: {s}", .{ slice(event.kind), slice(event.subject_id) }) catch @trap());
    var none = std.mem.zeroes(hospes.hospes_log_list_attribute_t);
    hospes.hospes_log_write(hospes.HOSPES_LOG_LEVEL_INFO, &line, &none);
    return true;
}
