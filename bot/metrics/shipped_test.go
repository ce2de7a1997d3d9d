package metrics_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const shippedIn = "../../docs/monitoring"

// expressions returns the PromQL of what is shipped, by where it stands.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	all := make(map[string]string)
	for _, r := range rules(t) {
		all["alert "+r.Alert] = r.Expr
	}
	raw, err := os.ReadFile(filepath.Join(shippedIn, "dashboard.json"))
	if err != nil {
		t.Fatal(err)
	}
	var dashboard any
	if err := json.Unmarshal(raw, &dashboard); err != nil {
		t.Fatal(err)
	}
	collect(dashboard, "dashboard", all)
	if len(all) < 40 {
		t.Fatalf("only %d expressions are shipped", len(all))
	}
	return all
}

// collect finds the expressions anywhere in a dashboard.
func collect(v any, at string, into map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		if title, ok := v["title"].(string); ok {
			at = "panel " + title
		}
		if expr, ok := v["expr"].(string); ok {
			into[fmt.Sprintf("%s %v", at, v["refId"])] = expr
		}
		for _, inner := range v {
			collect(inner, at, into)
		}
	case []any:
		for _, inner := range v {
			collect(inner, at, into)
		}
	}
}

type rule struct {
	Alert       string
	Expr        string
	Labels      map[string]string
	Annotations map[string]string
}

func rules(t *testing.T) []rule {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(shippedIn, "alerts.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Name  string
			Rules []rule
		}
	}
	if err := yaml.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	var all []rule
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	return all
}

var (
	nameForm = regexp.MustCompile(`\b(prystan|go|process)_[a-z0-9_]+\b`)
	seriesOf = regexp.MustCompile(`^[a-z0-9_]+`)
)

func TestWhatIsShippedUsesOnlyFiguresThatExist(t *testing.T) {
	exist := make(map[string]bool)
	for series := range shown(t, full()) {
		exist[seriesOf.FindString(series)] = true
	}
	for where, expr := range expressions(t) {
		for _, name := range nameForm.FindAllString(expr, -1) {
			if !exist[name] {
				t.Errorf("%s uses %s, which /metrics does not show", where, name)
			}
		}
	}
}

func TestEveryFigureOfOursIsOnTheDashboard(t *testing.T) {
	used := ""
	for _, expr := range expressions(t) {
		used += expr + "\n"
	}
	w := httptest.NewRecorder()
	full().Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, found := range regexp.MustCompile(`(?m)^# TYPE (prystan_\w+)`).FindAllStringSubmatch(w.Body.String(), -1) {
		if !strings.Contains(used, found[1]) {
			t.Errorf("nobody looks at %s", found[1])
		}
	}
}

func TestTheHandbookSaysWhatEveryAlertMeans(t *testing.T) {
	raw, err := os.ReadFile("../../docs/handbook/alerts.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules(t) {
		if !strings.Contains(string(raw), "\n## "+r.Alert+"\n") {
			t.Errorf("the handbook does not know %s", r.Alert)
		}
		if want := "docs/handbook/alerts.md#" + strings.ToLower(r.Alert); r.Annotations["handbook"] != want {
			t.Errorf("%s leads to %q, not %s", r.Alert, r.Annotations["handbook"], want)
		}
		if s := r.Labels["severity"]; s != "page" && s != "ticket" {
			t.Errorf("%s has severity %q", r.Alert, s)
		}
	}
}

// promtool returns Prometheus's own checker; .ci/run installs it.
func promtool(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed (Debian: apt-get install prometheus)")
	}
	return path
}

func TestPrometheusAcceptsTheAlertRules(t *testing.T) {
	promtool := promtool(t)
	for _, args := range [][]string{{"check", "rules", "--lint-fatal", "alerts.yml"}, {"test", "rules", "alerts_test.yml"}} {
		check := exec.Command(promtool, args...)
		check.Dir = shippedIn
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v\n%s", args, err, out)
		}
	}
}

func TestPrometheusAcceptsTheDashboard(t *testing.T) {
	promtool := promtool(t)
	type recording struct {
		Record string `yaml:"record"`
		Expr   string `yaml:"expr"`
	}
	var all []recording
	grafana := strings.NewReplacer("$__rate_interval", "5m", "$instance", ".*")
	for where, expr := range expressions(t) {
		if strings.HasPrefix(where, "alert ") {
			continue
		}
		all = append(all, recording{fmt.Sprintf("panel:%d", len(all)), grafana.Replace(expr)})
	}
	raw, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": all}}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "dashboard.yml")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(promtool, "check", "rules", file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
