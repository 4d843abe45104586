//! Files that say where postcodes lie, and the middles of outcodes made of them.
//!
//! Code-Point Open has no line of column names: postcode, quality, eastings, northings and more. The ONS Postcode Directory
//! and the National Statistics Postcode Lookup have one; what matters is found by its names, old and new.

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::ops::RangeInclusive;

use crate::domain::areas::{AreaPoint, Grid, Point};

/// Columns by the names that they have had, best first; lower case.
const POSTCODE: &[&str] = &["pcds", "pcd8", "pcd7", "pcd2", "pcd", "postcode", "pc"];
const EAST: &[&str] = &["oseast1m", "east1m", "eastings", "easting", "ea"];
const NORTH: &[&str] = &["osnrth1m", "north1m", "northings", "northing", "no"];
const ENDED: &[&str] = &["doterm"];

/// Metres on either national grid.
const EASTS: RangeInclusive<i32> = 0..=800_000;
const NORTHS: RangeInclusive<i32> = 0..=1_400_000;

/// What can't be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A line that is not as it should be.
    #[error("line {line}: expected {expected}, found `{found}`")]
    Line {
        /// From 1.
        line: usize,
        /// What should be there.
        expected: String,
        /// What is.
        found: String,
    },
    /// The file could not be read on.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Where the columns are that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Columns {
    postcode: usize,
    east: usize,
    north: usize,
    ended: Option<usize>,
}

impl Columns {
    /// As they are in Code-Point Open.
    const CODE_POINT: Self = Self {
        postcode: 0,
        east: 2,
        north: 3,
        ended: None,
    };

    /// The columns that a line names, if it is a line of names.
    fn named(cells: &[&str]) -> Option<Self> {
        let names: Vec<_> = cells.iter().map(|cell| cell.to_lowercase()).collect();
        let place = |known: &[&str]| {
            known
                .iter()
                .find_map(|name| names.iter().position(|cell| cell == name))
        };
        Some(Self {
            postcode: place(POSTCODE)?,
            east: place(EAST)?,
            north: place(NORTH)?,
            ended: place(ENDED),
        })
    }
}

/// Some postcodes: their coordinates added up, and how many they are.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    east: i64,
    north: i64,
    postcodes: u32,
}

impl Sum {
    fn add(&mut self, (east, north): (i32, i32)) {
        self.east += i64::from(east);
        self.north += i64::from(north);
        self.postcodes += 1;
    }

    fn point(self, outcode: String) -> Option<AreaPoint> {
        let mean = |sum: i64| i32::try_from(sum / i64::from(self.postcodes.max(1))).ok();
        Some(AreaPoint {
            point: Point {
                grid: Grid::of(&outcode),
                east: mean(self.east)?,
                north: mean(self.north)?,
            },
            outcode,
            postcodes: self.postcodes,
        })
    }
}

/// What files told, added up by outcode.
#[derive(Debug, Default)]
pub struct Middles {
    outcodes: BTreeMap<String, Sum>,
    /// Under the outcode without its last letter: people write `EC1` for `EC1A` and `EC1V`.
    districts: BTreeMap<String, Sum>,
    /// Postcodes that have coordinates and are in use.
    pub postcodes: u64,
    /// Postcodes without coordinates.
    pub nowhere: u64,
    /// Postcodes that are no longer in use.
    pub ended: u64,
}

impl Middles {
    /// Adds what a file tells.
    ///
    /// # Errors
    /// The first line that can't be read.
    pub fn read(&mut self, input: impl BufRead) -> Result<(), FileError> {
        let mut columns = None;
        for (at, line) in input.split(b'\n').enumerate() {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_start_matches('\u{feff}').trim();
            if !line.is_empty() {
                self.line(&mut columns, line)
                    .map_err(|(expected, found)| FileError::Line {
                        line: at + 1,
                        expected,
                        found,
                    })?;
            }
        }
        Ok(())
    }

    /// Adds a line, or says what was expected and what was found.
    fn line(&mut self, columns: &mut Option<Columns>, line: &str) -> Result<(), (String, String)> {
        let cells = cells(line);
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        let known = columns.unwrap_or(Columns::CODE_POINT);
        let Some(outcode) = outcode(cell(known.postcode)) else {
            // Files that were put together have such a line wherever one of them began.
            if let Some(named) = Columns::named(&cells) {
                *columns = Some(named);
                return Ok(());
            }
            let names = match columns {
                Some(_) => "",
                None => ", or the names of columns with pcds, east1m and north1m among them,",
            };
            let column = known.postcode + 1;
            return Err((
                format!("a postcode such as ME7 1AB{names} in column {column}"),
                cell(known.postcode).to_owned(),
            ));
        };
        if known.ended.is_some_and(|ended| !cell(ended).is_empty()) {
            self.ended += 1;
            return Ok(());
        }
        let (east, north) = (cell(known.east), cell(known.north));
        // Code-Point Open writes 0 where nothing is known, the ONS nothing.
        if [east, north].iter().all(|cell| matches!(*cell, "" | "0")) {
            self.nowhere += 1;
            return Ok(());
        }
        let metres = |(cell, column): (&str, usize), range: RangeInclusive<i32>| {
            let found = cell.parse().ok().filter(|metres| range.contains(metres));
            let (least, most) = range.into_inner();
            found.ok_or_else(|| {
                let expected = format!(
                    "whole metres from {least} to {most} in column {}",
                    column + 1
                );
                (expected, cell.to_owned())
            })
        };
        let east = metres((east, known.east), EASTS)?;
        let north = metres((north, known.north), NORTHS)?;
        self.postcodes += 1;
        if let Some(district) = outcode.strip_suffix(|last: char| last.is_ascii_alphabetic()) {
            let district = self.districts.entry(district.to_owned()).or_default();
            district.add((east, north));
        }
        self.outcodes.entry(outcode).or_default().add((east, north));
        Ok(())
    }

    /// The middle of every outcode, and of every district that is no outcode.
    pub fn points(mut self) -> Vec<AreaPoint> {
        for (district, sum) in self.districts {
            self.outcodes.entry(district).or_insert(sum);
        }
        let points = self.outcodes.into_iter();
        points
            .filter_map(|(outcode, sum)| sum.point(outcode))
            .collect()
    }
}

/// The cells of a line without the quotes around them; what is quoted may hold commas.
fn cells(line: &str) -> Vec<&str> {
    let mut quoted = false;
    let ends = |sign: char| {
        quoted ^= sign == '"';
        sign == ',' && !quoted
    };
    line.split(ends)
        .map(|cell| cell.trim().trim_matches('"').trim())
        .collect()
}

/// The outcode of a postcode, however it is spaced, or of an outcode: upper case.
fn outcode(text: &str) -> Option<String> {
    let text: String = text.split_whitespace().collect();
    let text = text.to_ascii_uppercase();
    let whole = text.is_ascii() && text.len() >= 5;
    let (outward, inward) = if whole {
        text.split_at(text.len() - 3)
    } else {
        (text.as_str(), "")
    };
    if is_inward(inward) && is_outward(outward) {
        return Some(outward.to_owned());
    }
    is_outward(&text).then_some(text)
}

fn is_inward(text: &str) -> bool {
    matches!(text.as_bytes(), [digit, rest @ ..]
        if digit.is_ascii_digit() && rest.len() == 2 && rest.iter().all(u8::is_ascii_uppercase))
}

/// One or two letters, a digit, and perhaps one more sign.
fn is_outward(text: &str) -> bool {
    let rest = text.trim_start_matches(|sign: char| sign.is_ascii_uppercase());
    let letters = text.len() - rest.len();
    matches!(rest.as_bytes(), [first, last @ ..]
        if first.is_ascii_digit() && last.len() <= 1
            && last.iter().all(|sign| sign.is_ascii_digit() || sign.is_ascii_uppercase()))
        && (1..=2).contains(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> Result<Middles, FileError> {
        let mut middles = Middles::default();
        for text in texts {
            middles.read(text.as_bytes())?;
        }
        Ok(middles)
    }

    fn found(texts: &[&str]) -> Vec<(String, i32, i32, u32)> {
        let points = read(texts).unwrap().points().into_iter();
        points
            .map(|area| {
                (
                    area.outcode,
                    area.point.east,
                    area.point.north,
                    area.postcodes,
                )
            })
            .collect()
    }

    // Invented coordinates.
    const CODE_POINT: &str = "\"ME7 1AB\",10,577000,168000,\"E92000001\",\"\",\"\",\"\",\"E06000035\",\"E05000001\"\r\n\
        \"ME71AC\",10,577010,168020,\"E92000001\",\"\",\"\",\"\",\"E06000035\",\"E05000001\"\r\n\
        \"ME7 9ZZ\",90,0,0,\"E92000001\",\"\",\"\",\"\",\"\",\"\"\r\n";
    const ONS: &str = "\u{feff}pcd,pcd2,pcds,dointr,doterm,oscty,oseast1m,osnrth1m,osgrdind,lat,long\n\
        \"ME8 0AA\",\"ME8  0AA\",\"ME8 0AA\",\"198001\",\"\",\"E99999999\",\"0580000\",\"0165000\",\"1\",51.3,0.5\n\
        \"ME8 0AB\",\"ME8  0AB\",\"ME8 0AB\",\"198001\",\"199606\",\"E99999999\",\"0100000\",\"0100000\",\"1\",51.3,0.5\n\
        \"JE2 3AA\",\"JE2  3AA\",\"JE2 3AA\",\"198001\",\"\",\"\",\"\",\"\",\"9\",99.999999,0.0\n";
    const ONS_NEW: &str = "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,lat,long\n\
        BT1 1AA,BT1  1AA,BT1 1AA,198001,,0,333500,374000,1,54.5,-5.9\n";

    #[test]
    fn both_formats_are_added_up_by_outcode() {
        let area = |outcode: &str, east, north, count| (outcode.to_owned(), east, north, count);
        assert_eq!(
            found(&[CODE_POINT, ONS, ONS_NEW]),
            [
                area("BT1", 333_500, 374_000, 1),
                area("ME7", 577_005, 168_010, 2),
                area("ME8", 580_000, 165_000, 1),
            ]
        );
        let middles = read(&[CODE_POINT, ONS, ONS_NEW]).unwrap();
        assert_eq!(
            (middles.postcodes, middles.nowhere, middles.ended),
            (4, 2, 1)
        );
        let grids: Vec<_> = middles
            .points()
            .iter()
            .map(|area| area.point.grid)
            .collect();
        assert_eq!(grids, [Grid::Ireland, Grid::Britain, Grid::Britain]);
    }

    #[test]
    fn files_that_were_put_together_are_read_on() {
        let together = format!(
            "{CODE_POINT}PC,PQ,EA,NO\nPostcode,Quality,Eastings,Northings\n{CODE_POINT}{ONS}{ONS_NEW}"
        );
        assert_eq!(found(&[&together]).len(), 3);
    }

    #[test]
    fn a_district_is_known_beside_its_outcodes_and_an_outcode_beside_its_postcodes() {
        let text = "EC1A 1AA,10,532000,181000\nEC1V 1AA,10,532200,182000\nE1W 1AA,10,534000,180000\n\
                    E1 1AA,10,535000,182000\nW1A,10,529000,181000\n";
        let found = found(&[text]);
        let names: Vec<_> = found.iter().map(|area| area.0.as_str()).collect();
        assert_eq!(names, ["E1", "E1W", "EC1", "EC1A", "EC1V", "W1", "W1A"]);
        assert_eq!(found[0].1, 535_000, "an outcode of its own stays as it is");
        assert_eq!(found[2], ("EC1".to_owned(), 532_100, 181_500, 2));
    }

    #[test]
    fn postcodes_are_read_however_they_are_spaced_and_what_is_none_is_not() {
        for (text, expected) in [
            ("ME7 1AB", "ME7"),
            ("me71ab", "ME7"),
            ("ME7  1AB", "ME7"),
            ("SO160AS", "SO16"),
            ("B1 1AA", "B1"),
            ("B11AA", "B1"),
            ("EC1A1BB", "EC1A"),
            ("ME17", "ME17"),
            ("N1C", "N1C"),
        ] {
            assert_eq!(outcode(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "ME",
            "7",
            "MEE7 1AB",
            "ME7 1A",
            "ME777 1AB",
            "ÉÉ7 1AB",
            "ME7 1ABC",
            "pcds",
            "E92000001",
        ] {
            assert_eq!(outcode(text), None, "{text}");
        }
    }

    #[test]
    fn a_bad_line_is_named_with_what_was_expected() {
        let error = |text: &str| read(&[text]).unwrap_err().to_string();
        let good = "ME7 1AB,10,577000,168000\n";
        assert_eq!(
            error(&format!("{good}\n{good}ME7 1AB,10,x,168000\n")),
            "line 4: expected whole metres from 0 to 800000 in column 3, found `x`"
        );
        assert_eq!(
            error(&format!("{good}ME7 1AB,10,577000")),
            "line 2: expected whole metres from 0 to 1400000 in column 4, found ``"
        );
        assert_eq!(
            error("ME7 1AB,10,577000,-3"),
            "line 1: expected whole metres from 0 to 1400000 in column 4, found `-3`"
        );
        assert_eq!(
            error("name,place\n"),
            "line 1: expected a postcode such as ME7 1AB, or the names of columns with pcds, east1m and north1m among them, \
             in column 1, found `name`"
        );
        assert_eq!(
            error("pcds,east1m,north1m\n51.3,1,2\n"),
            "line 2: expected a postcode such as ME7 1AB in column 1, found `51.3`"
        );
        assert!(error("pcds,east1m,north1m\nME7 1AB,51.3,0.5\n").contains("found `51.3`"));
    }

    #[test]
    fn cells_may_be_quoted() {
        assert_eq!(cells(r#"a,"b, c", "" ,d,"#), ["a", "b, c", "", "d", ""]);
    }
}
