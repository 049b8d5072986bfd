//! `bulkhead`: its size, and the values beside it.

use resilience_policy::{Bulkhead as Policy, Rule};

use super::limiter::{Limiter, Names};
use crate::{
    args::Args,
    errors::refuse,
    names::Root,
    value::{count, unnamed},
};

static NAMES: Names<Policy> = Names {
    layer: "bulkhead",
    surroundings: "BulkheadLayer",
    policy: "BulkheadPolicy",
    state: "Bulkhead",
    keys: "BulkheadKeys",
    path: ["BulkheadPath", "OneBulkhead", "OtherBulkhead"],
    item: "BULKHEAD",
    first: "max",
    looks_at_limit: false,
    wait: Policy::wait,
    keys_max: Policy::keys_max,
};

/// `#[bulkhead(10, wait = 100ms)]`
pub(crate) fn parse(args: &mut Args, root: &Root) -> Limiter<Policy> {
    let size = match args.positional() {
        Some(written) => {
            let size = count(&unnamed("bulkhead", args.span()), written);
            args.errors.take(size)
        }
        None => missing(args),
    };
    if size.is_none() {
        args.unreadable.push(NAMES.first);
    }
    let mut limiter = Limiter::new(&NAMES, Policy::new(), size, Policy::max, root);
    limiter.read(args);
    limiter
}

fn missing<T>(args: &mut Args) -> Option<T> {
    let known = ["wait", "key", "keys_max", "name", "crate"];
    // A made-up key is one mistake, not two.
    let error = if let Some((key, value)) = args.any_unknown(&known) {
        let text = "`bulkhead` takes the number of calls without a key";
        let text = format!("{text}: write `#[bulkhead({value})]`");
        refuse(Rule::UnknownArgument, key.span(), text)
    } else {
        let text = "`bulkhead` needs a number of calls: write `#[bulkhead(10)]`";
        refuse(Rule::MissingValue, args.span(), text)
    };
    args.errors.add(error);
    None
}
