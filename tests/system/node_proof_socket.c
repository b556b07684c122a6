/* node_proof_socket PATH: connects to the socket, greets as HTTP/2 does (RFC 9113, 3.4) and succeeds when a SETTINGS frame comes back:
   whoever gets that far can call the runtime behind it. Nothing is called. */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int count, char** arguments) {
  static const char kGreeting[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"; /* and an empty SETTINGS frame */
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  unsigned char head[9];
  int there = socket(AF_UNIX, SOCK_STREAM, 0);
  if (count != 2 || there < 0 || strlen(arguments[1]) >= sizeof address.sun_path) return 2;
  strcpy(address.sun_path, arguments[1]);
  if (connect(there, (struct sockaddr*)&address, sizeof address) != 0) return 1;
  if (write(there, kGreeting, sizeof kGreeting - 1) != sizeof kGreeting - 1) return 1;
  return recv(there, head, sizeof head, MSG_WAITALL) == sizeof head && head[3] == 4 ? 0 : 1;
}
