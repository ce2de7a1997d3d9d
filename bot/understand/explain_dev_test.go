package understand

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestExplainDev(t *testing.T) {
	if os.Getenv("TEXT") == "" {
		t.Skip()
	}
	m := shippedModel(t)
	for _, x := range strings.Split(os.Getenv("TEXT"), "|") {
		fmt.Println(m.Explain(x, Context{}))
	}
}
