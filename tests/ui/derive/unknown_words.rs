use resilience::Classify;

#[derive(Classify)]
#[classify(default = permament, crat = resilience)]
enum Error {
    #[retryable(afer = wait, indoubt, jitter)]
    A { wait: std::time::Duration },
    #[classify(wiht = f)]
    B,
    #[by_status(status, aftr = wait)]
    C { status: u16, wait: std::time::Duration },
}

fn main() {}
