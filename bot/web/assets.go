package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
)

// Assets are the files that pages refer to, each under an address that changes
// with its content, so that a browser may keep it.
type Assets struct {
	prefix string            // of the addresses
	files  map[string][]byte // by name
	sums   map[string]string
}

// LoadAssets reads every file of a folder that is embedded in the program. They
// are served under prefix, which ends with a slash.
func LoadAssets(files fs.FS, folder, prefix string) Assets {
	a := Assets{prefix: prefix, files: make(map[string][]byte), sums: make(map[string]string)}
	names, err := fs.Glob(files, path.Join(folder, "*"))
	if err != nil {
		panic(fmt.Errorf("listing embedded files: %w", err)) // the folder is a constant
	}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			panic(fmt.Errorf("reading embedded file: %w", err)) // a build without its files
		}
		sum := sha256.Sum256(raw)
		a.files[path.Base(name)], a.sums[path.Base(name)] = raw, hex.EncodeToString(sum[:4])
	}
	return a
}

// Address returns the address of a file.
func (a Assets) Address(name string) string { return a.prefix + name + "?" + a.sums[name] }

// ServeHTTP answers with the file that the path value "file" names.
func (a Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	raw, ok := a.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	h.Set("Cache-Control", "private, max-age=86400")
	_, _ = w.Write(raw)
}
