//! The accepted word that was probably meant.

/// Words longer than this are no slips of the pen; comparing them would cost more than it helps.
const LONGEST: usize = 40;

/// What other libraries call it, and the words that may be meant.
const ELSEWHERE: &[(&str, &str)] = &[
    ("calls", "max"),
    ("capacity", "max"),
    ("condition", "when"),
    ("delay", "backoff"),
    ("error_rate", "rate"),
    ("failure_rate", "rate"),
    ("failure_threshold", "failures"),
    ("if", "when"),
    ("ignore", "on"),
    ("interval", "backoff"),
    ("limit", "max"),
    ("max_attempts", "attempts"),
    ("max_concurrent", "max"),
    ("max_retries", "max"),
    ("maximum", "max"),
    ("predicate", "when"),
    ("reset_timeout", "cooldown"),
    ("retries", "max"),
    ("retry_if", "when"),
    ("size", "max"),
    ("sleep", "backoff"),
    ("stop_after", "attempts"),
    ("threshold", "failures"),
    ("times", "max"),
    ("tries", "attempts"),
    ("wait", "backoff"),
];

/// The accepted word nearest to `word`, if one is near enough to be what was meant; or what
/// `word` is called here.
pub(crate) fn nearest<'a>(word: &str, accepted: &[&'a str]) -> Option<&'a str> {
    let length = word.chars().count();
    if length > LONGEST {
        return None;
    }
    let near = near(word, length, accepted);
    near.or_else(|| {
        let (_, here) = ELSEWHERE.iter().find(|(there, _)| *there == word)?;
        accepted.iter().copied().find(|accepted| accepted == here)
    })
}

fn near<'a>(word: &str, length: usize, accepted: &[&'a str]) -> Option<&'a str> {
    let allowed = length.max(3) / 3;
    accepted
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters to insert, delete, replace or swap with their neighbour (Levenshtein with
/// transpositions), letter case aside.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().flat_map(char::to_lowercase).collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut previous = None;
    for (i, a) in one.chars().flat_map(char::to_lowercase).enumerate() {
        let mut row = vec![i + 1];
        let mut left = i + 1;
        let mut before = None;
        for (j, (b, above)) in other.iter().zip(last.windows(2)).enumerate() {
            let &[diagonal, above] = above else { continue };
            let mut cost = (diagonal + usize::from(a != *b))
                .min(left + 1)
                .min(above + 1);
            if previous == Some(*b) && before == Some(a) {
                let swapped = j.checked_sub(1).and_then(|j| before_last.get(j));
                cost = cost.min(swapped.map_or(cost, |swapped| swapped + 1));
            }
            row.push(cost);
            left = cost;
            before = Some(*b);
        }
        before_last = std::mem::replace(&mut last, row);
        previous = Some(a);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distance_counts_letters() {
        for (one, other, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("after", "afer", 1),
            ("After", "after", 0),
            ("flaw", "lawn", 2),
            ("wiht", "with", 1),
            ("abcd", "badc", 2),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
            assert_eq!(distance(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn only_near_words_are_suggested() {
        let words = ["after", "in_doubt", "max"];
        assert_eq!(nearest("afer", &words), Some("after"));
        assert_eq!(nearest("indoubt", &words), Some("in_doubt"));
        assert_eq!(nearest("mx", &words), Some("max"));
        assert_eq!(nearest("jitter", &words), None);
        assert_eq!(nearest("", &words), None);
        assert_eq!(nearest("after", &[]), None);
        assert_eq!(nearest(&"a".repeat(1 << 20), &words), None);
    }
}
