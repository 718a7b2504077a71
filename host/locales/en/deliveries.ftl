# What channels took in that became no message.

deliveries-title = Kept deliveries of { $name }
deliveries-about = What this channel received and acknowledged that became no message. Each is kept for 14 days as it came, and you can make it a message.
deliveries-none = Nothing is kept.
deliveries-all = Show accepted ones too
deliveries-waiting-only = Show only those that wait
deliveries-older = Older
deliveries-count = { $count ->
    [one] 1 kept delivery
   *[other] { $count } kept deliveries
}

delivery-reason-no-message = The plugin made nothing of it
delivery-reason-no-id = Message without an id
delivery-reason-no-sender = Sender unknown
delivery-reason-plugin-failed = The plugin failed at it
delivery-reason-automatic = Automatic reply
delivery-reason-own = Sent by us
delivery-reason-unknown-kind = Unknown kind of message
delivery-reason-service-notice = Service notice
delivery-reason-unreadable = Can't be read
delivery-no-text = (no text)
delivery-state-accepted = Accepted
delivery-received = Received
delivery-detail = Why
delivery-id = Id
delivery-size = Size
delivery-bytes = { $count ->
    [one] 1 byte
   *[other] { $count } bytes
}
delivery-contact = Sender's e-mail or phone (optional)
delivery-contact-help = Leave it empty to take the sender as the channel knows them, or a new customer if nobody is known.
delivery-accept = Make it a message
delivery-accepted = It was made a message.
delivery-ticket = Open the ticket
delivery-request = As it came
delivery-body = Body of the request
delivery-cut = Only the beginning is shown. The whole is available through the API.

fault-delivery-contact = This can't be read as an e-mail address or phone number.
