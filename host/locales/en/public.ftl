# The pages that customers open.
survey-title = How did we do?
survey-optional = Optional
survey-send = Send
survey-choose-one = Please choose one of the answers.
survey-thanks = Thank you!
survey-change-hint = If you want to change your answer, you can answer again.
survey-change = Change the answer
survey-unknown = There is no such survey
survey-unknown-hint = The link may be incomplete; please open it from the message again.
survey-later = This can't be sent right now
survey-later-hint = Please try again in a few minutes; your answer isn't saved yet.
survey-unreadable = This can't be read
survey-unreadable-hint = The comment may be too long; please shorten it and send it again.
