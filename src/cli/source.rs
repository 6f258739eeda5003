//! Reports as people name them: a path, standard input, the flags that say how files are read.

use std::path::Path;

use anyhow::Context as _;
use secrecy::SecretString;
use sellside::document::{Document, PdfEngine, Reader};

use super::args::reading::SourceArgs;
use super::env;
use super::error::CliError;

/// A reader as the flags have it; PDFs are read by this program itself.
pub(crate) fn reader(args: &SourceArgs) -> Result<Reader, CliError> {
    let mut reader = Reader::new().pdf_engine(args.pdf_engine.unwrap_or(PdfEngine::Auto)).recognise(args.ocr);
    // Where the system does not say what is running, the one of the PATH has to do.
    if let Ok(program) = std::env::current_exe() {
        reader = reader.pdf_worker(program);
    }
    if let Some(name) = &args.password_env {
        let Some(password) = env::text(name) else {
            let error = anyhow::anyhow!("the environment variable `{name}` is not set");
            return Err(CliError::could_not_run(error).hinted(Some("it has to hold the password of the PDF")));
        };
        reader = reader.password(SecretString::from(password));
    }
    Ok(reader)
}

/// Reads a report; a dash is standard input, and `FILE#NAME` one of the reports in a mail or an archive.
pub(crate) fn read(reader: &Reader, path: &Path) -> Result<Document, CliError> {
    // The root of a single file is its folder.
    let name =
        |path: &Path| path.file_name().map_or_else(|| path.to_string_lossy().into_owned(), |name| name.to_string_lossy().into_owned());
    let read = if path == Path::new("-") {
        reader.read_stdin()
    } else if let Some((file, wanted)) = part(path) {
        reader.read_part(file, &name(file), wanted)
    } else {
        reader.read(path, &name(path))
    };
    read.map_err(|error| {
        let (hint, content) = (error.hint(), error.is_content());
        if content { CliError::failed(error) } else { CliError::could_not_run(error) }.hinted(hint)
    })
}

/// The file and the name inside it, where no file is called by the whole.
fn part(path: &Path) -> Option<(&Path, &str)> {
    let text = path.to_str().filter(|_| !path.exists())?;
    let (file, wanted) = text.match_indices('#').map(|(at, _)| text.split_at(at)).find(|(file, _)| Path::new(file).is_file())?;
    Some((Path::new(file), wanted.trim_start_matches('#')))
}

/// Writes the text that offsets refer to.
pub(crate) fn save_text(document: &Document, path: &Path, source: &Path) -> Result<(), CliError> {
    let same = |a: &Path, b: &Path| a.canonicalize().is_ok_and(|a| b.canonicalize().is_ok_and(|b| a == b));
    if same(path, source) {
        let error = anyhow::anyhow!("`{}` is the report itself", path.display());
        return Err(CliError::could_not_run(error).hinted(Some("name another file for `--save-text`")));
    }
    std::fs::write(path, document.source.as_str())
        .with_context(|| format!("could not write the text to `{}`", path.display()))
        .map_err(CliError::could_not_run)
}
