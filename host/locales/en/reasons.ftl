# Why the host did something, by code.
reason-assigned-least-busy = Least busy of { $available } available { $language ->
    [none] members
    [en] English-speaking members
    [zh] Chinese-speaking members
   *[other] members who speak { $language }
} of { $team } ({ $open } of { $capacity } open)
reason-assigned-by = Assigned by { $by }
reason-assigned-hand-off = Handed off by { $from }, accepted by { $by }
reason-assigned-plugin = { $reason } (chosen by { $plugin })
reason-unassigned-no-team = No team takes tickets of this class
reason-unassigned-no-agent = No agent of { $team } is available
reason-classified-by = Classified by { $by }
reason-classified-plugin = Classified by { $plugin }
reason-classified-words = Classified as { $class } because of: { $words }
reason-classified-urgent-words = Urgent because of: { $words }
reason-classified-patient-words = Low priority because of: { $words }
reason-classified-denied-words = Not counted because they are denied: { $words }
reason-classified-automatic = It is an automatic reply
reason-classified-link = It contains a link
reason-classified-shouting = Many exclamation marks or capital letters
reason-classified-angry = The customer is clearly upset
reason-classified-no-words = It contains no words
reason-classified-no-known-words = No known phrases found; treated as an inquiry
reason-reopened-customer-wrote = The customer wrote again
reason-reopened-answered = The customer was answered
class-chatter = Small talk
class-spam = Spam
