package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
)

// Render executes a template into a buffer and sends it as a whole, so that
// nobody gets half a page. On an error nothing is sent.
func Render(w http.ResponseWriter, status int, t *template.Template, page any) error {
	var b bytes.Buffer
	if err := t.Execute(&b, page); err != nil {
		return fmt.Errorf("rendering page %s: %w", t.Name(), err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	// The person may have gone: there is nobody left to tell.
	_, _ = w.Write(b.Bytes())
	return nil
}
