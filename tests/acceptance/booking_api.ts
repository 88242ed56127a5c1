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
