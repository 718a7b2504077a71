/// Receives greetings by webhook: `{"id": "1", "from": "li@example.com", "name": "Li", "text": "Hello", "at": 1767600000000000}`
export fn exports_hospes_channel_receive(
    request: *hospes.exports_hospes_channel_http_request_t,
    ret: *hospes.exports_hospes_channel_inbound_t,
    err: *hospes.hospes_types_error_t,
) bool {
    const Greeting = struct { id: []const u8, from: []const u8, name: []const u8, text: []const u8, at: i64 };
    const options: std.json.ParseOptions = .{ .ignore_unknown_fields = true };
    const greeting = std.json.parseFromSliceLeaky(Greeting, memory, slice(request.body), options) catch |problem|
        return fail(err, "invalid", @errorName(problem));
    const messages = list(hospes.exports_hospes_channel_message_t, 1);
    const senders = list(hospes.hospes_types_identity_t, 1);
    const attributes = list(hospes.hospes_types_attribute_t, 1);
    senders[0].scheme = text("email");
    senders[0].value = text(greeting.from);
    attributes[0].name = text("name");
    attributes[0].value = hospes.hospes_text_value(text(greeting.name));
    messages[0].external_id = text(greeting.id);
    messages[0].conversation = text(greeting.from);
    messages[0].kind = text("message");
    messages[0].sender = .{ .ptr = senders.ptr, .len = senders.len };
    messages[0].sent_at = greeting.at;
    messages[0].text = text(greeting.text);
    messages[0].attributes = .{ .ptr = attributes.ptr, .len = attributes.len };
    ret.* = std.mem.zeroes(hospes.exports_hospes_channel_inbound_t);
    ret.answer.status = 200;
    var answer: hospes.hospes_string_t = undefined;
    if (hospes.hospes_setting("answer", &answer)) ret.answer.body = .{ .ptr = answer.ptr, .len = answer.len };
    ret.messages = .{ .ptr = messages.ptr, .len = messages.len };
    return true;
}
