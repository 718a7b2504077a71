# How people are notified besides the console.
notify-title = How you are notified
notify-about = Everything stands under the bell. Choose here what reaches you elsewhere as well.
notify-by-mail = By mail
notify-by-gone = A messenger that is switched off
notify-no-way = This server sends no mail, and no messenger is installed.
notify-use = Notify me this way
notify-address = What the messenger calls you
notify-wait = If I haven't read it after
notify-at-once = At once
notify-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
 }
notify-digest = All of a day together, at
notify-failed = Could not reach you
notify-quiet = Quiet hours
notify-quiet-from = From
notify-quiet-until = Until
notify-zone = Time zone
notify-kinds = Notify me of
notify-test = Send me a test
notify-tested = A test is on its way to you.
notify-stopped = This kind now stands under the bell only.
notify-saved = Saved.
notify-stop = Under the bell only from now on
notify-stop-kind = Less of this
event-mention = Mentions
notify-kind-ticket-hand-off-withdrawn = Hand-off no longer needed
