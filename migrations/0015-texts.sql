create index turn_texts_by_conversation on pipeline.turn_texts (conversation_id) where conversation_id is not null;

-- What a turn said stands in its message: the texts of a conversation that are closed go when the next one begins.
create function pipeline.forget_closed_texts() returns trigger
language plpgsql as $$
begin
  delete from pipeline.turn_texts t
  where t.turn_id in (
    select c.turn_id from pipeline.turn_texts c where c.conversation_id = new.conversation_id and c.closed for update skip locked);
  return null;
end
$$;
create trigger forget_closed_texts after insert on pipeline.turn_texts
  for each row when (new.conversation_id is not null) execute function pipeline.forget_closed_texts();
