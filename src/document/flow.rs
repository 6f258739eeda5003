//! Text with tables, written piece by piece: lines, and rows whose cells are parted by TAB.

/// Tables inside tables that are kept apart; deeper ones run into the cell around them.
const DEPTH: usize = 16;
/// Characters from which a cell of several lines is a part of the page, not of a table: pages are laid out in tables, too.
const PROSE: usize = 200;

/// Collects text.
#[derive(Debug, Default)]
pub(super) struct Flow {
    out: String,
    tables: Vec<Table>,
    /// Tables opened beyond [`DEPTH`].
    beyond: usize,
}

#[derive(Debug, Default)]
struct Table {
    /// The cells of the open row that are complete, and the open one.
    cells: Vec<String>,
    cell: Option<String>,
}

impl Flow {
    /// Where text goes: into the innermost open cell.
    fn target(&mut self) -> &mut String {
        self.tables.iter_mut().rev().find_map(|table| table.cell.as_mut()).unwrap_or(&mut self.out)
    }

    /// Adds a character as it stands.
    pub(super) fn push(&mut self, c: char) {
        self.target().push(c);
    }

    /// Adds text as it stands.
    pub(super) fn text(&mut self, text: &str) {
        self.target().push_str(text);
    }

    /// One blank at most, and none where a line begins.
    pub(super) fn blank(&mut self) {
        let target = self.target();
        if !target.is_empty() && !target.ends_with(char::is_whitespace) {
            target.push(' ');
        }
    }

    /// Ends the line, where there is one.
    pub(super) fn end_line(&mut self) {
        let target = self.target();
        target.truncate(target.trim_end_matches(' ').len());
        if !target.is_empty() && !target.ends_with('\n') {
            target.push('\n');
        }
    }

    pub(super) fn open_table(&mut self) {
        self.end_line();
        if self.tables.len() < DEPTH {
            self.tables.push(Table::default());
        } else {
            self.beyond += 1;
        }
    }

    pub(super) fn close_table(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        self.close_row();
        self.tables.pop();
    }

    /// Ends the open cell, where there is one, and begins another.
    pub(super) fn open_cell(&mut self) {
        if self.beyond == 0 {
            self.close_cell();
            if let Some(table) = self.tables.last_mut() {
                table.cell = Some(String::new());
            }
        }
    }

    fn close_cell(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            table.cells.extend(table.cell.take());
        }
    }

    /// Ends the open row, where there is one.
    pub(super) fn close_row(&mut self) {
        if self.beyond > 0 {
            return;
        }
        self.close_cell();
        let Some(table) = self.tables.last_mut() else { return };
        let cells = std::mem::take(&mut table.cells);
        let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        if filled == 0 {
            return;
        }
        let prose = |cell: &String| cell.trim().contains('\n') && cell.chars().nth(PROSE).is_some();
        if filled == 1 || cells.iter().any(prose) {
            for cell in cells.iter().filter(|cell| !cell.trim().is_empty()) {
                self.end_line();
                self.text(cell.trim());
            }
        } else {
            let cells: Vec<String> = cells.iter().map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
            self.end_line();
            self.text(cells.join("\t").trim_end_matches('\t'));
        }
        self.end_line();
    }

    /// The text; what is open is closed.
    pub(super) fn finish(mut self) -> String {
        self.beyond = 0;
        while !self.tables.is_empty() {
            self.close_table();
        }
        self.out
    }
}
