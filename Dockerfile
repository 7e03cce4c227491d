# One image for each server and one for the command line, by SERVER: db-proxy, file-server, msg-server, route-server,
# login-server or client. Nothing here needs a newer builder than that of Docker 20.10.
ARG JDK_IMAGE=eclipse-temurin:17-jdk
ARG JRE_IMAGE=eclipse-temurin:17-jre

FROM ${JDK_IMAGE} AS jars
# compile: from the sources. prebuilt: the jars that the checkout has in its target folders; then JDK_IMAGE needs no JDK.
ARG JARS=compile
WORKDIR /src
COPY . .
RUN if [ "$JARS" = compile ]; then \
      rm -rf im-*/target && ./mvnw -q -B -ntp package -Dmaven.test.skip=true -am \
        -pl im-db-proxy,im-file-server,im-msg-server,im-route-server,im-login-server,im-client; \
    fi \
 && mkdir /jars \
 && for server in db-proxy file-server msg-server route-server login-server client; do \
      cp "im-$server/target/im-$server.jar" /jars/ || exit 1; \
    done

FROM ${JRE_IMAGE}
ARG SERVER
# A volume that is mounted here for the first time gets this owner.
RUN mkdir /data && chown 10001:10001 /data
COPY docker/healthy /usr/local/bin/healthy
COPY --from=jars /jars/im-${SERVER}.jar /app/im.jar
USER 10001:10001
WORKDIR /data
# Java itself is process 1 and hears SIGTERM. Heap and direct memory may each take their share of the container's memory.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=40", "-XX:+ExitOnOutOfMemoryError", "-jar", "/app/im.jar"]
