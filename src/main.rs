fn main() {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    assert_eq!(command, "extract");
    for path in args.filter(|arg| !arg.starts_with("--")) {
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        match sellside::document::read(std::path::Path::new(&path), &name) {
            Ok(document) => println!("{}", serde_json::to_string_pretty(&sellside::pipeline::extract_by_rules(&document)).unwrap()),
            Err(error) => eprintln!("{error}"),
        }
    }
}
