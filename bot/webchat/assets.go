package webchat

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
)

// assets are the files that pages refer to, each under an address that changes
// with its content, so that a browser may keep it.
type assets struct {
	style, script, icon string // addresses
	files               map[string][]byte
}

func loadAssets(files fs.FS) assets {
	a := assets{files: make(map[string][]byte)}
	address := func(name string) string {
		raw, err := fs.ReadFile(files, path.Join("static", name))
		if err != nil {
			panic(fmt.Errorf("reading embedded file: %w", err)) // a build without its files
		}
		sum := sha256.Sum256(raw)
		a.files[name] = raw
		return "/static/" + name + "?" + hex.EncodeToString(sum[:4])
	}
	a.style, a.script, a.icon = address("style.css"), address("chat.js"), address("icon.svg")
	return a
}

func (a assets) serve(w http.ResponseWriter, r *http.Request) {
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
