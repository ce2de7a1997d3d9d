package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"prystan/bot"
)

// Limits of what a spreadsheet may unfold to: it is a zip archive, and a small
// one can hold a bomb.
const (
	maxUnzipped = 150 << 20
	maxCells    = 4_000_000
	maxFormulas = 300_000 // cells that are looked at one by one
	maxCellText = excelize.TotalCellChars
)

// readMe is the sheet that says what the others are.
const readMe = "Read me"

var (
	cellElement    = regexp.MustCompile(`<(\w+:)?c[ />]`)
	rowElement     = regexp.MustCompile(`<(\w+:)?row[ />]`)
	formulaElement = regexp.MustCompile(`<(\w+:)?f[ />]`)
	plainNumber    = regexp.MustCompile(`^-?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?$`)
)

// xlsx reads a spreadsheet: every sheet of which the name or the columns tell
// what its rows are.
func (r *reader) xlsx(raw []byte, _ string) (err error) {
	defer func() {
		// The file is a stranger's, and the library has read worse than it
		// could bear before.
		if v := recover(); v != nil {
			err = fault(Unreadable, "XLSX", "it is damaged")
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped,
	})
	if err != nil {
		return fault(Unreadable, "XLSX", err.Error())
	}
	defer func() { _ = f.Close() }() // nothing is written to it
	cells, formulas := 0, false
	f.Pkg.Range(func(name, content any) bool {
		if b, ok := content.([]byte); ok && strings.HasPrefix(name.(string), "xl/worksheets/") {
			cells += len(cellElement.FindAllIndex(b, maxCells+1))
			r.about += len(rowElement.FindAllIndex(b, MaxRows))
			formulas = formulas || formulaElement.Match(b)
		}
		return cells <= maxCells
	})
	if cells > maxCells || formulas && cells > maxFormulas {
		return fault(TooManyRows, fmt.Sprint(MaxRows))
	}
	found := false
	for _, sheet := range f.GetSheetList() {
		if sheet == readMe {
			continue
		}
		s := sheetReader{f: f, sheet: sheet, formulas: formulas, dates: make(map[int]bool)}
		read, err := s.read(r)
		if err != nil {
			return err
		}
		found = found || read
	}
	if !found {
		return fault(NoKind)
	}
	return nil
}

// sheetReader reads one sheet.
type sheetReader struct {
	f        *excelize.File
	sheet    string
	formulas bool         // some sheet has one
	dates    map[int]bool // whether a style shows a number as a date
}

// read takes up the rows of the sheet. It reports whether the sheet holds
// records.
func (s *sheetReader) read(r *reader) (bool, error) {
	rows, err := s.f.Rows(s.sheet)
	if err != nil {
		return false, fault(Unreadable, "XLSX", err.Error())
	}
	defer func() { _ = rows.Close() }() // it was read only
	var t *table
	for n := 1; rows.Next(); n++ {
		if n > MaxRows+1 {
			return false, fault(TooManyRows, fmt.Sprint(MaxRows))
		}
		texts, err := rows.Columns()
		if err != nil {
			return false, fault(Unreadable, "XLSX", err.Error())
		}
		texts = texts[:min(len(texts), maxColumns)]
		if t == nil {
			if strings.TrimSpace(strings.Join(texts, "")) == "" {
				continue
			}
			t, err = r.open(s.sheet, s.sheet, texts, n)
			var p Problem
			if errors.As(err, &p) && p.Code == NoKind {
				r.notes = append(r.notes, fault(PartUnknown, s.sheet))
				return false, nil
			}
			if err != nil {
				return false, err
			}
			continue
		}
		if err := r.tableRow(t, n, s.cells(t, n, texts)); err != nil {
			return false, err
		}
	}
	if err := rows.Error(); err != nil {
		return false, fault(Unreadable, "XLSX", err.Error())
	}
	return t != nil, nil
}

// cells finds out which cells of a row are formulas, numbers and dates.
func (s *sheetReader) cells(t *table, n int, texts []string) []cell {
	width := len(texts)
	if s.formulas {
		width = len(t.header) // a formula without a value leaves no text
	}
	cells := make([]cell, width)
	for i := range cells {
		if i < len(texts) {
			cells[i].text = texts[i]
		}
		name := columnName(i) + strconv.Itoa(n)
		if s.formulas {
			if formula, err := s.f.GetCellFormula(s.sheet, name); err != nil || formula != "" {
				cells[i].formula = true
			}
		}
		if i >= len(t.header) || !plainNumber.MatchString(cells[i].text) {
			continue
		}
		// To ask what a cell is means to read the whole sheet once more, so
		// that only what might be damaged is asked about.
		date := t.dateColumn(i) && len(cells[i].text) > len("2026")
		if !date && (!t.numberColumn(i) || len(cells[i].text) <= maxShort) {
			continue
		}
		kind, err := s.f.GetCellType(s.sheet, name)
		cells[i].numeric = err == nil && (kind == excelize.CellTypeNumber || kind == excelize.CellTypeUnset)
		if cells[i].numeric && date {
			cells[i].text = s.date(name, cells[i].text)
		}
	}
	return cells
}

// dateColumn reports whether dates stand in the column.
func (t *table) dateColumn(i int) bool {
	for _, c := range t.fields {
		if c.name == t.header[i] {
			return c.dates
		}
	}
	return false
}

// numberColumn reports whether phone numbers stand in the column.
func (t *table) numberColumn(i int) bool {
	return t.kind == bot.KindPhone && t.header[i] == "number" || t.header[i] == numbersColumn
}

// date writes the number of a day as a date, if the spreadsheet shows it as
// one.
func (s *sheetReader) date(cell, text string) string {
	style, err := s.f.GetCellStyle(s.sheet, cell)
	if err != nil {
		return text
	}
	isDate, known := s.dates[style]
	if !known {
		isDate = s.showsDate(style)
		s.dates[style] = isDate
	}
	serial, err := strconv.ParseFloat(text, 64)
	if err != nil || !isDate {
		return text
	}
	day, err := excelize.ExcelDateToTime(serial, false)
	if err != nil {
		return text
	}
	return bot.DateOf(day).String()
}

func (s *sheetReader) showsDate(style int) bool {
	of, err := s.f.GetStyle(style)
	if err != nil || of == nil {
		return false
	}
	if of.CustomNumFmt != nil {
		return strings.ContainsAny(strings.ToLower(*of.CustomNumFmt), "yd")
	}
	return of.NumFmt >= 14 && of.NumFmt <= 17 || of.NumFmt == 22 || of.NumFmt >= 27 && of.NumFmt <= 36 || of.NumFmt >= 50 && of.NumFmt <= 58
}

// writeXLSX writes a workbook: the Read me, and a sheet for each kind. Every
// cell is text, and one that would start a formula if it were typed again bears
// the mark by which spreadsheets know that it is none.
func writeXLSX(w io.Writer, r bot.Records) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // what matters is what Write returns
	styles, err := newStyles(f)
	if err != nil {
		return fmt.Errorf("writing XLSX: %w", err)
	}
	if err := f.SetSheetName("Sheet1", readMe); err != nil {
		return fmt.Errorf("writing XLSX: %w", err)
	}
	if err := writeSheet(f, styles, readMe, []float64{22, 28, 100}, explanation()); err != nil {
		return err
	}
	for _, k := range bot.Kinds() {
		if _, err := f.NewSheet(parts[k]); err != nil {
			return fmt.Errorf("writing XLSX: %w", err)
		}
		lines, err := lines(k, r)
		if err != nil {
			return err
		}
		widths := []float64{34}
		for range columns(k) {
			widths = append(widths, 24)
		}
		if err := writeSheet(f, styles, parts[k], widths, lines); err != nil {
			return err
		}
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("writing XLSX: %w", err)
	}
	return nil
}

// styles are those of the cells.
type styles struct{ head, text, quoted int }

func newStyles(f *excelize.File) (s styles, err error) {
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	const asText = 49 // the number format "@"
	if s.head, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: asText}); err != nil {
		return s, err
	}
	if s.text, err = f.NewStyle(&excelize.Style{Alignment: wrap, NumFmt: asText}); err != nil {
		return s, err
	}
	if s.quoted, err = f.NewStyle(&excelize.Style{Alignment: wrap, NumFmt: asText, Protection: &excelize.Protection{Locked: true}}); err != nil {
		return s, err
	}
	if s.quoted == s.text {
		return s, errors.New("the styles are one")
	}
	quote := true
	f.Styles.CellXfs.Xf[s.quoted].QuotePrefix = &quote
	return s, nil
}

func writeSheet(f *excelize.File, styles styles, sheet string, widths []float64, lines [][]string) error {
	fail := func(err error) error { return fmt.Errorf("writing sheet %s: %w", sheet, err) }
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fail(err)
	}
	for i, width := range widths {
		if err := out.SetColWidth(i+1, i+1, width); err != nil {
			return fail(err)
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return fail(err)
	}
	for n, line := range lines {
		cells := make([]any, len(line))
		for i, text := range line {
			if len([]rune(text)) > maxCellText {
				return fail(fmt.Errorf("%s of %s has more than the %d characters that a cell can hold", lines[0][i], line[0], maxCellText))
			}
			style := styles.text
			if startsFormula(text) {
				style = styles.quoted
			}
			if n == 0 {
				style = styles.head
			}
			cells[i] = excelize.Cell{StyleID: style, Value: text}
		}
		if err := out.SetRow("A"+strconv.Itoa(n+1), cells); err != nil {
			return fail(err)
		}
	}
	if err := out.Flush(); err != nil {
		return fail(err)
	}
	return nil
}

// startsFormula reports whether a spreadsheet might take text for a formula.
func startsFormula(text string) bool {
	return text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0]))
}

// lines returns the header and the records of a kind as cells.
func lines(k bot.Kind, r bot.Records) ([][]string, error) {
	head := []string{"id"}
	for _, c := range columns(k) {
		head = append(head, c.name)
	}
	all := [][]string{head}
	for _, v := range values(k, r) {
		line := []string{refOf(v).ID}
		for _, c := range columns(k) {
			text := c.get(v)
			if i := strings.IndexFunc(text, unwritable); i >= 0 {
				return nil, fmt.Errorf("writing XLSX: %s of %s holds a character that XML cannot", c.name, line[0])
			}
			line = append(line, text)
		}
		all = append(all, line)
	}
	return all, nil
}

// unwritable reports whether XML 1.0 has no way to write c. A carriage return
// would come back as a line feed.
func unwritable(c rune) bool {
	return c < ' ' && c != '\t' && c != '\n' || c == 0xfffe || c == 0xffff
}

// explanation is the sheet "Read me".
func explanation() [][]string {
	all := [][]string{
		{"Sheet", "Column", "What stands there"},
		{"", "", "Every record of the directory, a sheet for each kind. The first column, id, says which record a row is: a new id is a new record. Rows that are left out change nothing."},
		{"", "", "Columns that are left out change nothing. An empty cell empties the field."},
		{"", "", "Every cell is text. Keep it so: a column of numbers loses the + and the first 0 of phone numbers. Formulas are refused."},
		{"", "", "Lists are joined by ; or have one entry a line, as the column says. Within an entry, \\n is a line end and \\\\ a backslash."},
		{"", "", "Dates are 2026-11-24, or 2026-11 or 2026 where no more is known. 24.11.2026 is read too; 11/24/2026 is refused."},
		{"", "", "On the sheet services, a column \"numbers\" may stand in for \"phones\": numbers as they are dialled, joined by ;."},
		{"", "", "The id of a text is what it is on and its language, as in tp.work/uk; that of a protection is its country."},
	}
	for _, k := range bot.Kinds() {
		for _, c := range columns(k) {
			all = append(all, []string{parts[k], c.name, c.about})
		}
	}
	return all
}
