//! The QR code of an address, as the path of an SVG: drawn by the page out of nodes, so nothing is fetched for it.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::model::link::Qr;

/// The code of a text; none for one that is too long to fit.
#[must_use]
pub fn of(text: &str) -> Option<Qr> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let run = (x..size).take_while(|at| code.get_module(*at, y)).count();
            let run = i32::try_from(run).unwrap_or(size);
            if run > 0 {
                use std::fmt::Write;
                let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            x += run + 1;
        }
    }
    Some(Qr { size, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dark_field_is_drawn_once() {
        let text = "https://galley.example/a/abcdefghijkm";
        let drawn = of(text).unwrap();
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        let mut fields = std::collections::BTreeSet::new();
        for piece in drawn.path.split('M').filter(|piece| !piece.is_empty()) {
            let (place, rest) = piece.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let run: i32 = rest.split('v').next().unwrap().parse().unwrap();
            let (x, y): (i32, i32) = (x.parse().unwrap(), y.parse().unwrap());
            assert!((x..x + run).all(|x| fields.insert((x, y))));
        }
        for y in 0..drawn.size {
            for x in 0..drawn.size {
                assert_eq!(code.get_module(x, y), fields.contains(&(x, y)), "{x} {y}");
            }
        }
        assert_eq!(of(&"x".repeat(10_000)), None);
    }
}
