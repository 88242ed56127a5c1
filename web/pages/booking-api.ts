/** The older system's client, word for word as it was printed; what it asks of its surroundings is in hundred.ts. */
class BookingAPI {
  async bookSeat(userId: string): Promise<any> {
    const res = await fetch("/book", {
      method: "POST",
      body: JSON.stringify({ userId }),
      headers: { "Content-Type": "application/json" }
    });
    return res.json();
  }

  async getStatus(userId: string): Promise<any> {
    const res = await fetch(`/bookings/${userId}`);
    return res.json();
  }
}

export { BookingAPI };
