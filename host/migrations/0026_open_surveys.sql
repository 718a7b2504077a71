-- Every message that comes in may answer its conversation's survey: it is found without looking at all surveys.
create index surveys_open on surveys (conversation_id, id) where answered_at is null;
