/** Stored files in a bucket of S3, or of a service that speaks as S3 does. */
package im.file.s3;
