// The demo's orders service: only here so that the image is a real program of real modules; it is never run by the demo.
package main

import (
	"context"
	"net/http"
	"os"

	"github.com/dgrijalva/jwt-go"
	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v4"
	"golang.org/x/net/html"
	"gopkg.in/yaml.v2"
)

type order struct {
	ID   int    `json:"id" yaml:"id"`
	Note string `json:"note" yaml:"note"`
}

func main() {
	router := gin.New()
	router.POST("/orders", func(c *gin.Context) {
		claims := jwt.MapClaims{}
		if _, err := jwt.ParseWithClaims(c.GetHeader("Authorization"), claims, func(*jwt.Token) (interface{}, error) { return []byte(os.Getenv("JWT_KEY")), nil }); err != nil {
			c.Status(http.StatusUnauthorized)
			return
		}
		var posted order
		if err := yaml.NewDecoder(c.Request.Body).Decode(&posted); err != nil {
			c.Status(http.StatusBadRequest)
			return
		}
		posted.Note = html.EscapeString(posted.Note)
		connection, err := pgx.Connect(context.Background(), "host=orders-db.shop.svc dbname=orders user="+os.Getenv("DB_USER")+" password="+os.Getenv("DB_PASSWORD"))
		if err != nil {
			c.Status(http.StatusBadGateway)
			return
		}
		defer connection.Close(context.Background())
		if _, err := connection.Exec(context.Background(), "insert into orders(note) values($1)", posted.Note); err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		c.JSON(http.StatusCreated, posted)
	})
	_ = router.Run(":8090")
}
