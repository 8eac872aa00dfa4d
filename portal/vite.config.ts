import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server that `npm run portal:dev` talks to. */
const server = process.env['TOCSIN_URL'] ?? 'http://127.0.0.1:7070';

export default defineConfig({
  base: '/portal/',
  plugins: [react()],
  resolve: { conditions: ['browser', 'import', 'module', 'default'] },
  build: {
    target: 'es2024',
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '^/(?!portal)': { target: server, changeOrigin: false } },
  },
});
