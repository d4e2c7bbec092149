/**
 * Of fewer households than this, nothing is told that names none of them but is theirs alone: their village, their
 * category, what they were paid. In a village people know whose walnuts they are, and the two who sold know of each
 * other.
 */
export const FEWEST_HOUSEHOLDS = 3;
