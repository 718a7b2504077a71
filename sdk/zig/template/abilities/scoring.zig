/// Scores customers by how often they wrote.
export fn exports_hospes_scoring_score(
    subjects: *hospes.exports_hospes_scoring_list_subject_t,
    ret: *hospes.exports_hospes_scoring_list_customer_score_t,
    _: *hospes.hospes_types_error_t,
) bool {
    const scores = list(hospes.exports_hospes_scoring_customer_score_t, subjects.len);
    for (scores, 0..) |*score, at| {
        const subject = subjects.ptr[at];
        var written: u32 = 0;
        for (0..subject.touches.len) |touch| written += @intFromBool(subject.touches.ptr[touch].inbound);
        const reasons = list(hospes.hospes_string_t, 1);
        reasons[0] = text(std.fmt.allocPrint(memory, "has written {d} times", .{written}) catch @trap());
        score.subject = subject.id;
        score.name = text("activity");
        score.value = @floatFromInt(written);
        score.grade = text(if (written > 2) "hot" else "cold");
        score.reasons = .{ .ptr = reasons.ptr, .len = reasons.len };
    }
    ret.* = .{ .ptr = scores.ptr, .len = scores.len };
    return true;
}
