/** Where files for absent users are kept: the adapters of {@link im.file.transfer.FileStore}. */
package im.file.store;
