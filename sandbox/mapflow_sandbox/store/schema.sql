create table if not exists accounts (
    id text primary key,
    email text not null unique,
    credits real not null,
    processed_m2 real not null default 0,
    created text not null
);
create table if not exists projects (
    id text primary key,
    owner_id text not null references accounts (id),
    name text not null,
    description text,
    is_default integer not null default 0,
    archived integer not null default 0,
    created text not null,
    updated text not null
);
create table if not exists project_shares (
    project_id text not null references projects (id),
    account_id text not null references accounts (id),
    role text not null,
    primary key (project_id, account_id)
);
create table if not exists processings (
    id text primary key,
    project_id text not null references projects (id),
    account_id text not null references accounts (id),
    payer_id text not null references accounts (id),
    name text not null,
    description text,
    model_key text not null,
    area_m2 real not null,
    source text not null,
    params text not null,
    flat_params text,
    blocks text not null,
    meta text not null,
    status text not null,
    percent integer default 0,
    model_rate real not null,
    imagery_rate real not null,
    cost real not null,
    refunded real not null default 0,
    messages text not null default '[]',
    archived integer not null default 0,
    review_status text,
    review_until text,
    review_due text,
    review_comment text,
    review_features text,
    rating integer,
    rating_feedback text,
    result_raster integer not null default 0,
    created text not null,
    updated text not null,
    completed text
);
create index if not exists processings_by_project on processings (project_id, archived, created);
create index if not exists processings_by_status on processings (status);
create table if not exists aois (
    id text primary key,
    processing_id text not null references processings (id),
    position integer not null,
    geometry text not null,
    area_m2 real not null,
    status text not null,
    percent real not null default 0,
    attempts integer not null default 0,
    claim text,
    messages text not null default '[]',
    feature_count integer
);
create index if not exists aois_by_processing on aois (processing_id, position);
create index if not exists aois_by_status on aois (status);
create table if not exists payments (
    processing_id text not null references processings (id),
    account_id text not null references accounts (id),
    amount real not null,
    turn integer not null,
    primary key (processing_id, account_id)
);
create table if not exists clock (
    moved_s real not null
);
create table if not exists mosaics (
    id text primary key,
    account_id text not null references accounts (id),
    name text not null,
    tags text not null,
    created text not null
);
create index if not exists mosaics_by_account on mosaics (account_id, created);
create table if not exists images (
    id text primary key,
    mosaic_id text not null references mosaics (id),
    account_id text not null references accounts (id),
    filename text not null,
    file_size integer not null,
    checksum text not null,
    crs text not null,
    width integer not null,
    height integer not null,
    count integer not null,
    dtypes text not null,
    pixel_width real not null,
    pixel_height real not null,
    pixel_m real not null,
    nodata real,
    state text not null,
    error text,
    footprint text,
    uploaded text not null
);
create index if not exists images_by_mosaic on images (mosaic_id, uploaded);
create index if not exists images_by_account on images (account_id);
