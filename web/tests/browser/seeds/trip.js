import io from 'socket.io-client';

const socket = io('http://localhost:5000', {
  auth: {
    token: 'your-jwt-token-here'
  }
});

// Join a trip
socket.emit('join:trip', { tripId: 'trip123' });

// Listen for seat availability
socket.on('seats:availability', (data) => {
  console.log('Trip seats:', data.seats);
});

// Hold a seat
socket.emit('seat:hold', { 
  tripId: 'trip123', 
  seatLabel: '1A' 
});

// Listen for hold success
socket.on('seat:hold:success', (data) => {
  console.log('Seat held until:', new Date(data.expiresAt));
});

// Listen for real-time status changes
socket.on('seat:status:changed', (data) => {
  console.log(`Seat ${data.seatLabel} is now ${data.status}`);
});

// Confirm booking
socket.emit('booking:confirm', {
  tripId: 'trip123',
  seatLabels: ['1A', '1B'],
  passengers: [
    { firstName: 'John', lastName: 'Doe', idType: 'passport', idNumber: '123456' },
    { firstName: 'Jane', lastName: 'Doe', idType: 'passport', idNumber: '789012' }
  ],
  paymentInfo: { paymentId: 'payment123' }
});
