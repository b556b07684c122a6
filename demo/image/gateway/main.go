// The demo's payment gateway: a small service with few, current modules. It is never run by the demo.
package main

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

func main() {
	router := chi.NewRouter()
	router.Post("/charge", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusAccepted) })
	_ = http.ListenAndServe(":8443", router)
}
