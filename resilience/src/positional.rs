//! `#[rate_limit(API)]` and `#[bulkhead(DB)]`: a constant value or a shared `static`, by its type.
//!
//! ```text
//! static LIMIT: OneOf<RateLimit> = rate_or_limit(&API).takes("burst").one(&SITE, policy);
//! ```

use resilience_policy::{
    Bulkhead as BulkheadPolicy, Layer, Rate, RateLimit as LimitPolicy, Rule, Stack,
};

use crate::{
    bulkhead::{Bulkhead, BulkheadKeys},
    rate_limit::{RateLimit, RateLimitKeys},
    site::Site,
};

/// What `#[rate_limit(…)]` takes by name.
#[diagnostic::on_unimplemented(
    message = "R057: `{Self}` is neither a `Rate` nor a `RateLimit`",
    label = "`rate_limit` takes a rate or a shared rate limit",
    note = "write `100/s`, a `const RATE: Rate`, or a `static API: RateLimit`"
)]
pub trait RateOrLimit {
    /// The type itself. Where there is none, nothing else is said about it.
    type Same;
}

impl RateOrLimit for Rate {
    type Same = Self;
}

impl RateOrLimit for RateLimit {
    type Same = Self;
}

/// What `#[bulkhead(…)]` takes by name.
#[diagnostic::on_unimplemented(
    message = "R057: `{Self}` is neither a `u32` nor a `Bulkhead`",
    label = "`bulkhead` takes a number of calls or a shared bulkhead",
    note = "write `10`, a `const SLOTS: u32`, or a `static DB: Bulkhead`"
)]
pub trait SizeOrBulkhead {
    /// The type itself. Where there is none, nothing else is said about it.
    type Same;
}

impl SizeOrBulkhead for u32 {
    type Same = Self;
}

impl SizeOrBulkhead for Bulkhead {
    type Same = Self;
}

/// What a path in an attribute names.
#[derive(Debug, Clone, Copy)]
pub struct Positional<T: 'static>(&'static T);

/// A rate, or a shared rate limit.
#[must_use]
pub const fn rate_or_limit<T>(it: &'static T) -> Positional<<T as RateOrLimit>::Same>
where
    T: RateOrLimit<Same = T>,
{
    Positional(it)
}

/// A number of calls, or a shared bulkhead.
#[must_use]
pub const fn size_or_bulkhead<T>(it: &'static T) -> Positional<<T as SizeOrBulkhead>::Same>
where
    T: SizeOrBulkhead<Same = T>,
{
    Positional(it)
}

/// The limit of one function: its own, or a shared one.
#[derive(Debug)]
pub struct OneOf<L: 'static> {
    own: L,
    shared: Option<&'static L>,
}

impl<L> OneOf<L> {
    /// The one that counts.
    #[inline]
    pub const fn get(&'static self) -> &'static L {
        match self.shared {
            Some(shared) => shared,
            None => &self.own,
        }
    }
}

impl Positional<Rate> {
    /// The policy with this rate.
    pub const fn policy(self, written: LimitPolicy) -> LimitPolicy {
        written.rate(*self.0)
    }

    /// Values may stand beside it.
    #[must_use]
    pub const fn takes(self, _key: &str) -> Self {
        self
    }

    /// The function's own.
    #[track_caller]
    pub const fn one(self, site: &'static Site, written: LimitPolicy) -> OneOf<RateLimit> {
        let policy = self.policy(written);
        check_limit(policy);
        let own = RateLimit::of(site).with_policy(policy);
        OneOf { own, shared: None }
    }

    /// The function's own, whose values come with each call.
    pub const fn later(self, site: &'static Site) -> OneOf<RateLimit> {
        let own = RateLimit::of(site);
        OneOf { own, shared: None }
    }

    /// The function's own, with keys.
    #[track_caller]
    pub const fn keys(self, site: &'static Site, written: LimitPolicy) -> RateLimitKeys {
        let policy = self.policy(written);
        check_limit(policy);
        RateLimitKeys::of(site, policy)
    }
}

impl Positional<RateLimit> {
    /// Its policy.
    pub const fn policy(self, _written: LimitPolicy) -> LimitPolicy {
        *self.0.policy()
    }

    /// No value may stand beside it.
    #[track_caller]
    #[must_use]
    pub const fn takes(self, key: &'static str) -> Self {
        beside_shared(key)
    }

    /// The shared one.
    #[track_caller]
    pub const fn one(self, site: &'static Site, _written: LimitPolicy) -> OneOf<RateLimit> {
        check_limit(*self.0.policy());
        self.later(site)
    }

    /// The shared one, whose values are said where it is defined.
    pub const fn later(self, site: &'static Site) -> OneOf<RateLimit> {
        let shared = Some(self.0);
        let own = RateLimit::of(site);
        OneOf { own, shared }
    }

    /// It has no keys.
    pub const fn keys(self, site: &'static Site, written: LimitPolicy) -> RateLimitKeys {
        RateLimitKeys::of(site, written)
    }
}

impl Positional<u32> {
    /// The policy with this size.
    pub const fn policy(self, written: BulkheadPolicy) -> BulkheadPolicy {
        written.max(*self.0)
    }

    /// Values may stand beside it.
    #[must_use]
    pub const fn takes(self, _key: &str) -> Self {
        self
    }

    /// The function's own.
    #[track_caller]
    pub const fn one(self, site: &'static Site, written: BulkheadPolicy) -> OneOf<Bulkhead> {
        let policy = self.policy(written);
        check_bulkhead(policy);
        let own = Bulkhead::of(site).with_policy(policy);
        OneOf { own, shared: None }
    }

    /// The function's own, whose values come with each call.
    pub const fn later(self, site: &'static Site) -> OneOf<Bulkhead> {
        let own = Bulkhead::of(site);
        OneOf { own, shared: None }
    }

    /// The function's own, with keys.
    #[track_caller]
    pub const fn keys(self, site: &'static Site, written: BulkheadPolicy) -> BulkheadKeys {
        let policy = self.policy(written);
        check_bulkhead(policy);
        BulkheadKeys::of(site, policy)
    }
}

impl Positional<Bulkhead> {
    /// Its policy.
    pub const fn policy(self, _written: BulkheadPolicy) -> BulkheadPolicy {
        *self.0.policy()
    }

    /// No value may stand beside it.
    #[track_caller]
    #[must_use]
    pub const fn takes(self, key: &'static str) -> Self {
        beside_shared(key)
    }

    /// The shared one.
    #[track_caller]
    pub const fn one(self, site: &'static Site, _written: BulkheadPolicy) -> OneOf<Bulkhead> {
        check_bulkhead(*self.0.policy());
        self.later(site)
    }

    /// The shared one, whose values are said where it is defined.
    pub const fn later(self, site: &'static Site) -> OneOf<Bulkhead> {
        let shared = Some(self.0);
        let own = Bulkhead::of(site);
        OneOf { own, shared }
    }

    /// It has no keys.
    pub const fn keys(self, site: &'static Site, written: BulkheadPolicy) -> BulkheadKeys {
        BulkheadKeys::of(site, written)
    }
}

#[track_caller]
const fn check_limit(policy: LimitPolicy) {
    let layer = Layer::RateLimit {
        policy: Some(policy),
    };
    Stack::new(&[layer]).assert(0);
}

#[track_caller]
const fn check_bulkhead(policy: BulkheadPolicy) {
    let layer = Layer::Bulkhead {
        policy: Some(policy),
        own: false,
    };
    Stack::new(&[layer]).assert(0);
}

#[track_caller]
const fn beside_shared(key: &'static str) -> ! {
    panic!("{}", Rule::shared_state(key).as_str())
}
