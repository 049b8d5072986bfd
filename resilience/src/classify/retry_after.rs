//! How long a server asks to wait.

use std::time::{Duration, SystemTime};

use ::http::{HeaderMap, HeaderValue, header};

/// Headers with the same wish in milliseconds, as `OpenAI`, Azure and AWS send them.
const IN_MILLIS: [&str; 3] = ["retry-after-ms", "x-ms-retry-after-ms", "x-amz-retry-after"];

/// The largest of all delays asked for, so that no wish is broken; what can't be read is no wish.
///
/// A date counts from the response's own `Date`, so that wrong clocks cancel out, and from `now`
/// if there is none. A date that has passed means "at once".
pub(super) fn delay(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let sent = headers
        .get(header::DATE)
        .and_then(text)
        .and_then(date)
        .unwrap_or(now);
    let seconds = headers
        .get_all(header::RETRY_AFTER)
        .iter()
        .filter_map(text)
        .filter_map(|text| {
            // What begins like a number is one or is wrong; as a date it would mean something absurd.
            if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
                date(text).map(|date| date.duration_since(sent).unwrap_or_default())
            } else {
                number(text, Duration::from_secs, 1)
            }
        });
    let millis = IN_MILLIS
        .iter()
        .flat_map(|name| headers.get_all(*name))
        .filter_map(text)
        .filter_map(|text| number(text, Duration::from_millis, 1000));
    seconds.chain(millis).max()
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok().map(str::trim)
}

/// One of the three forms of RFC 9110.
fn date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).ok()
}

/// Digits, perhaps with a fraction; no sign, no exponent. Too large is as large as possible: the
/// server asked for a long time, and forgetting that would mean calling it at once.
fn number(text: &str, whole_units: fn(u64) -> Duration, units_per_second: u64) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let billionths = digits(fraction.bytes().chain(*b"00000000").take(9))?;
    // What stands behind the ninth place is too small to count, but must be digits as well.
    digits(fraction.bytes())?;
    let rest = Duration::from_nanos(billionths / units_per_second);
    Some(whole_units(digits(whole.bytes())?).saturating_add(rest))
}

fn digits(text: impl Iterator<Item = u8>) -> Option<u64> {
    let mut text = text.peekable();
    text.peek()?;
    text.try_fold(0u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(number.saturating_mul(10).saturating_add(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    /// Ten seconds before [`DATE`].
    fn now() -> SystemTime {
        date(DATE).unwrap() - Duration::from_secs(10)
    }

    fn of(lines: &[(&'static str, &[u8])]) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        delay(&headers, now())
    }

    fn retry_after(value: &str) -> Option<Duration> {
        of(&[("retry-after", value.as_bytes())])
    }

    #[test]
    fn numbers() {
        let secs = |secs| Some(Duration::from_secs(secs));
        let many = "9".repeat(20);
        let megabyte = "1".repeat(1 << 20);
        for (value, expected) in [
            ("0", secs(0)),
            ("120", secs(120)),
            ("  120\t", secs(120)),
            ("007", secs(7)),
            ("9223372036", secs(9_223_372_036)),
            ("9223372037", secs(9_223_372_037)),
            ("18446744073709551615", secs(u64::MAX)),
            ("18446744073709551616", secs(u64::MAX)),
            (&many, secs(u64::MAX)),
            (&megabyte, secs(u64::MAX)),
            ("5.0", secs(5)),
            ("1.5", Some(Duration::from_millis(1500))),
            ("0.123456789", Some(Duration::from_nanos(123_456_789))),
            ("0.1234567899", Some(Duration::from_nanos(123_456_789))),
            ("-1", None),
            ("-5", None),
            ("+5", None),
            ("5.", None),
            (".5", None),
            ("1.2.3", None),
            ("0.1234567890x", None),
            ("1e3", None),
            ("0x10", None),
            ("5s", None),
            ("5 5", None),
            ("120, 60", None),
            ("", None),
            ("   ", None),
            ("NaN", None),
            ("inf", None),
            ("soon", None),
        ] {
            let shown = value.chars().take(30).collect::<String>();
            assert_eq!(retry_after(value), expected, "{shown}");
        }
        assert_eq!(
            of(&[("retry-after", "５".as_bytes())]),
            None,
            "full-width digit"
        );
        assert_eq!(of(&[("retry-after", &[0xff, 0xfe])]), None, "no text");
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn dates() {
        let ten = Some(Duration::from_secs(10));
        for (value, expected) in [
            (DATE, ten),
            ("Sunday, 06-Nov-94 08:49:37 GMT", ten),
            ("Sun Nov  6 08:49:37 1994", ten),
            (" Sun, 06 Nov 1994 08:49:37 GMT ", ten),
            // Exactly now, and past.
            ("Sun, 06 Nov 1994 08:49:27 GMT", Some(Duration::ZERO)),
            ("Sat, 05 Nov 1994 08:49:37 GMT", Some(Duration::ZERO)),
            // In a hundred years: 36 525 days, less the 29th of February 2000 that is none of 2100.
            (
                "Sat, 06 Nov 2094 08:49:37 GMT",
                Some(Duration::from_secs(36_525 * 86_400 + 10)),
            ),
            ("Wed, 30 Feb 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 25:00:00 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37 CET", None),
            ("Sun, 06 Nov 0001 08:49:37 GMT", None),
            ("1994-11-06T08:49:37Z", None),
            ("06 Nov 1994 08:49:37 GMT", None),
        ] {
            assert_eq!(retry_after(value), expected, "{value}");
        }
    }

    #[test]
    fn a_date_counts_from_the_servers_own_clock() {
        let in_a_minute = ("retry-after", "Fri, 01 Jan 2100 00:01:00 GMT".as_bytes());
        let with = |date: &'static str| of(&[("date", date.as_bytes()), in_a_minute]);
        assert_eq!(
            with("Fri, 01 Jan 2100 00:00:00 GMT"),
            Some(Duration::from_secs(60))
        );
        assert_eq!(with("Fri, 01 Jan 2100 00:02:00 GMT"), Some(Duration::ZERO));
        assert_eq!(with("yesterday"), of(&[in_a_minute]));
        // Seconds need no clock.
        let seconds = ("retry-after", b"5".as_slice());
        let date = ("date", b"Fri, 01 Jan 2100 00:00:00 GMT".as_slice());
        assert_eq!(of(&[date, seconds]), Some(Duration::from_secs(5)));
    }

    #[test]
    fn milliseconds() {
        for name in ["retry-after-ms", "x-ms-retry-after-ms", "x-amz-retry-after"] {
            for (value, expected) in [
                ("250", Some(Duration::from_millis(250))),
                ("1.5", Some(Duration::from_micros(1500))),
                ("-250", None),
                (DATE, None),
                (
                    "18446744073709551616",
                    Some(Duration::from_millis(u64::MAX)),
                ),
            ] {
                assert_eq!(of(&[(name, value.as_bytes())]), expected, "{name}: {value}");
            }
        }
    }

    #[test]
    fn of_several_the_largest_valid_one_counts() {
        let line = |value: &'static str| ("retry-after", value.as_bytes());
        let secs = |secs| Some(Duration::from_secs(secs));
        assert_eq!(of(&[line("3"), line("120"), line("60")]), secs(120));
        assert_eq!(of(&[line("3"), line("-120")]), secs(3));
        assert_eq!(of(&[line("junk"), line(DATE), line("3")]), secs(10));
        assert_eq!(
            of(&[line("1"), ("retry-after-ms", b"1500")]),
            Some(Duration::from_millis(1500))
        );
        assert_eq!(of(&[line("2"), ("retry-after-ms", b"1500")]), secs(2));
        assert_eq!(of(&[line("x"), ("retry-after-ms", b"y")]), None);
    }
}
