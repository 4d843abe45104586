-- Where outcodes lie: the middle of each, from a file that an operator loads.

CREATE TABLE area_point (
    outcode TEXT PRIMARY KEY,
    letters TEXT NOT NULL,
    grid TEXT NOT NULL,
    east BIGINT NOT NULL,
    north BIGINT NOT NULL,
    postcodes BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX area_point_letters ON area_point (letters);
CREATE INDEX area_point_place ON area_point (grid, north);
