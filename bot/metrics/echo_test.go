package metrics_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// echoAt is the variable that makes the test binary an echo: where it listens.
const echoAt = "PRYSTAN_TEST_ECHO"

// echo is a bare bot of go-telegram that says everything back: what the program
// is measured against, in a process of its own as well. It serves until it is
// killed.
func echo(address string) error {
	b, err := api.New(floodToken, api.WithServerURL(os.Getenv("PRYSTAN_TELEGRAM_API")), api.WithSkipGetMe(),
		api.WithDefaultHandler(func(ctx context.Context, b *api.Bot, u *models.Update) {
			for range 5 { // the flood waits for every answer
				if _, err := b.SendMessage(ctx, &api.SendMessageParams{ChatID: u.Message.Chat.ID, Text: u.Message.Text}); err == nil {
					return
				}
			}
		}))
	if err != nil {
		return err
	}
	go b.StartWebhook(context.Background())
	return http.ListenAndServe(address, b.WebhookHandler())
}

// echoes starts an echo and returns its address.
func echoes(t *testing.T, server string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), echoAt+"="+address, "PRYSTAN_TELEGRAM_API="+server)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait() // as killed
	})
	return "http://" + address + "/"
}
