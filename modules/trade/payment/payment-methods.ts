/** Every way a buyer can pay, whatever the provider; for screens as well, so it holds no server code. */
export const paymentMethods = ['sandbox', 'jsapi', 'h5', 'native', 'wap', 'page', 'transfer', 'cash'] as const;
