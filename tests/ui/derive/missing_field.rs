use resilience::Classify;

#[derive(Classify)]
enum Error {
    #[throttled(after = wai)]
    A { wait: std::time::Duration },
    #[throttled(after = 1)]
    B(std::time::Duration),
    #[by_status(code)]
    C,
    #[throttled(after = "wait")]
    D { wait: std::time::Duration },
}

fn main() {}
