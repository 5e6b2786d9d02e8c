-- How far the present version of a document is embedded: its new chunks stand in numbered batches, which are stored in their order.
alter table memory.knowledge_base
  -- Null until it is parsed.
  add column batches integer,
  add column stored_batches integer not null default 0,
  -- Attempts in a row at parsing it, or at its next batch, that came to nothing.
  add column failures integer not null default 0;

-- The batch that a chunk is embedded in, which never changes; null: its vector is that of an earlier version.
alter table memory.chunks add column batch integer;
drop index memory.chunks_by_document;
create unique index chunks_by_document on memory.chunks (document_id, version, position);
create index chunks_by_batch on memory.chunks (document_id, version, batch) where batch is not null;

-- Tells those who may see a document how it stands; once for a key. Takes a lock that others wait for, so it comes last in its transaction.
create function memory.tell_document(the_id uuid, the_key text, the_type text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform memory.tell(k.audience, format('document/%s/%s/%s', k.id, k.version, the_key), the_type, jsonb_build_object(
    'documentId', k.id, 'scope', memory.scope_of(k.scope_kind, k.scope_id), 'version', k.version, 'status', k.status,
    'progress', jsonb_build_object('pages', k.pages, 'chunks', k.chunks, 'embedded', k.embedded)))
  from memory.knowledge_base k where k.id = the_id;
end
$$;

-- Every change of a document's status is told, and whoever works on it hears of what people have decided.
create function memory.note_document() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    -- Its workflow finds nothing, and ends.
    perform memory.wake('document', old.id::text, old.revision + 1);
    perform memory.tell(old.audience, format('document/%s/deleted', old.id), 'document.deleted', jsonb_build_object(
      'documentId', old.id, 'scope', memory.scope_of(old.scope_kind, old.scope_id)));
    return null;
  end if;
  perform memory.tell_document(new.id, format('%s/%s', new.revision, new.status), 'document.' || new.status);
  return null;
end
$$;
create trigger note_added after insert on memory.knowledge_base for each row execute function memory.note_document();
create trigger note_changed after update on memory.knowledge_base
for each row when (old.status <> new.status or old.version <> new.version) execute function memory.note_document();
create trigger note_deleted after delete on memory.knowledge_base for each row execute function memory.note_document();

-- Keeps what an Idempotency-Key has made, in the transaction that made it and within the walls. False: the key was used meanwhile.
create function memory.keep_key(the_principal text, the_route text, the_key text, the_hash text, the_status integer, the_resource uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.idempotency_keys (principal, route, key, body_hash, status, resource_id)
  values (the_principal, the_route, the_key, the_hash, the_status, the_resource)
  on conflict do nothing;
  return found;
end
$$;
