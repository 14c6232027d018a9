# The service, without a nats-server: NATS_URL names one (see compose.yaml).
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8211 DATA_DIR=/data LOG_FORMAT=json
WORKDIR /app
RUN install -d -o node -g node /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY bootstrap ./bootstrap
COPY streams ./streams
COPY templates ./templates
COPY nats-server.conf ./
USER node
VOLUME /data
EXPOSE 8211
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself gets the signals: SIGTERM stops the service cleanly within twenty seconds.
CMD ["node", "--min-semi-space-size=64", "--max-semi-space-size=64", "dist/main.js"]
