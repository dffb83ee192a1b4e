create table records (
    number integer primary key,
    id text not null unique,
    provider text not null,
    product_type text not null,
    is_mosaic integer not null,
    acquired text,
    instant real,
    sensor text,
    resolution real,
    cloud_cover real,
    off_nadir real,
    bands text,
    zoom integer,
    min_area_km2 real,
    is_available integer not null,
    needs_order integer not null,
    preview text not null,
    seed integer not null,
    footprint blob not null
);
create virtual table boxes using rtree (id, west, east, south, north, +record integer);
