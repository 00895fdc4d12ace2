// Receives webhooks. Go 1.19 or newer, no modules:
//
//	WEBHOOK_SECRET=whsec_... PORT=3000 go run receiver.go
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	tolerance = 5 * time.Minute
	largest   = 64 * 1024 // bytes; deliveries have at most 20 KB
)

var (
	ids        = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)
	timestamps = regexp.MustCompile(`^[0-9]{1,12}$`)
)

func verify(key []byte, headers http.Header, body []byte) bool {
	id, timestamp := headers.Get("webhook-id"), headers.Get("webhook-timestamp")
	if !ids.MatchString(id) || !timestamps.MatchString(timestamp) {
		return false
	}
	seconds, _ := strconv.ParseInt(timestamp, 10, 64)
	age := time.Since(time.Unix(seconds, 0))
	if age > tolerance || age < -tolerance { // an old delivery, sent again
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	// While a secret is being replaced there are several signatures: one that fits is enough.
	for _, each := range strings.Split(headers.Get("webhook-signature"), " ") {
		if hmac.Equal([]byte(each), []byte(expected)) {
			return true
		}
	}
	return false
}

// keep keeps an event, once: a file appears as a whole, and never twice. Let your own code take the events from
// there, and leave the files for some days, since a repeated delivery is known by them.
func keep(id string, body []byte) error {
	file, err := os.CreateTemp("inbox", ".")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if _, err := file.Write(body); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	err = os.Link(file.Name(), filepath.Join("inbox", id+".json"))
	if errors.Is(err, os.ErrExist) {
		return nil // it is there already: a repeat
	}
	return err
}

func main() {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("WEBHOOK_SECRET"), "whsec_"))
	if err != nil || len(key) == 0 {
		log.Fatal("set WEBHOOK_SECRET to the webhook's secret, whsec_...")
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	if err := os.MkdirAll("inbox", 0o700); err != nil {
		log.Fatal(err)
	}
	receive := func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		// The bytes as they came: JSON that was parsed and written anew has no signature.
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largest))
		if err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		if !verify(key, r.Header, body) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if err := keep(r.Header.Get("webhook-id"), body); err != nil {
			log.Print(err)
			w.WriteHeader(http.StatusInternalServerError) // it is delivered again
			return
		}
		w.WriteHeader(http.StatusNoContent) // at once: whatever takes long comes later
	}
	server := &http.Server{Addr: ":" + port, Handler: http.HandlerFunc(receive), ReadTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}
